"""Reading what people mail: console logs, status messages, traces, pages, trust lists, and archives of them."""
