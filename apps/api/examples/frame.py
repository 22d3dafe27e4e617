# A data frame with pandas
# The table of the API, and a count of levels by target.
import pandas as pd

PORTAL = "http://127.0.0.1:8000"
entries = pd.read_csv(f"{PORTAL}/api/v1/entries/?page_size=1000&format=tsv", sep="\t")
print(entries.groupby(["target_symbol", "level"]).size().unstack(fill_value=0))
