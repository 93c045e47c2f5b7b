"""Where notebooks run: a cold kernel, or one forked from a process that has the imports done."""
