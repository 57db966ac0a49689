"""`make bench`: how quick the main pages are, beside their bare SQL and on a small and large crowd.

Milliseconds differ from machine to machine. Two numbers do not: `ratio_to_bare_sql`, how many
times as many requests a minimal program answers that only replays a page's statements, and
`growth`, how many times slower a page is for 750 000 patients than for 10 000.
"""
