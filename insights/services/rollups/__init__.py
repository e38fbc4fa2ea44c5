"""One module per part of the rollups: what it recounts, bucket by bucket, from raw rows.

Each module has `recount(upto)`, which takes the part's marks up to an id (some buckets at a time), counts these buckets
anew and says how many there were; and `mark_all()`, which marks every bucket there is or was.
"""
