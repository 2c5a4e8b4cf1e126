"""The pages that a phone's web server gives, and the logs behind them, in the words of its generation.

What a phone lived through is its diary; here it is told as the phone itself would. Forms and wordings are those of Cisco's
administration guides, tech notes and of pages and logs that people published; what no public source shows is *assumed* after the
nearest thing that one does.
"""
