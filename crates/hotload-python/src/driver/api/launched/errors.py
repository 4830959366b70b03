# How an error is shown that ends nothing.
# Uses: background


def show_error(what, error):
    report_background(error, 'callback')
