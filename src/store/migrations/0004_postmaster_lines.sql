-- Something that comes again and again is one line for the postmaster, not one each time.
CREATE INDEX postmaster_lines_line ON postmaster_lines (line, at);
