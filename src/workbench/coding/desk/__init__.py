"""The coding desk: reading and coding by keyboard, in a notebook; and its read-only twin.

``session`` answers the browser's messages and holds no widget; ``desk`` is the widget around it;
the scripts in ``js/`` draw what they are sent.
"""
