"""Personal data in free text: found by rules and lists, offline; a person decides."""
