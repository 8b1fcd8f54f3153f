"""The sweep: it wakes workers, finds what was left behind, and works alone when nobody else does.

PostgreSQL remembers, everything else only hurries: whatever Valkey or a worker lost is a row in
some state, and each state has its line in `rodadas` (GUARANTEES G10, G12). `ciclo` is the loop,
`sozinho` works without broker or workers, `retencao` deletes what is old. `extras`
keeps the jobs that the products add; they import only that. The rest is for `manage.py varredor`.
"""
