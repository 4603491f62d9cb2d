"""Tables out to files and in from them: CSV and XLSX, cell by cell, safe to open."""
