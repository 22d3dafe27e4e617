# A page of entries
# Everything published about one target at the two best clinical levels, as JSON.
curl -fsS "$PORTAL/api/v1/entries/?target=PDCD1&level=A,B&page_size=5"
