# A data frame in R
# Needs no package: the table of the API is read as it is.
portal <- "http://127.0.0.1:8000"
address <- paste0(portal, "/api/v1/entries/?page_size=1000&format=tsv")
entries <- read.delim(url(address), quote = "", comment.char = "", encoding = "UTF-8")
print(table(entries$target_symbol, entries$level))
