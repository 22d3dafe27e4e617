# A table for a spreadsheet
# Up to 1,000 rows as tab-separated values, in a file.
curl -fsS "$PORTAL/api/v1/entries/?target_class=immune_checkpoint&page_size=1000&format=tsv" -o entries.tsv
