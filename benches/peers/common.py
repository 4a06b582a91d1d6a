"""Order-up-to levels of a matrix of daily sales, one row a product: the planner's defaults with the textbook's normal
quantile, which is less work than the planner's own negative binomial."""

import numpy as np

WINDOW = 120
HORIZON = 9
NORMAL_QUANTILE = 1.6448536269514722


def levels(sales):
    """f, sigma_H and S of each row, by running sums."""
    rows, days = sales.shape
    sums = np.zeros((rows, days + 1))
    np.cumsum(sales, axis=1, out=sums[:, 1:])
    per_day = (sums[:, -1] - sums[:, -1 - WINDOW]) / WINDOW
    origins = np.arange(WINDOW, days - HORIZON + 1)
    came = sums[:, origins + HORIZON] - sums[:, origins]
    expected = (sums[:, origins] - sums[:, origins - WINDOW]) * (HORIZON / WINDOW)
    sigma = np.sqrt(np.mean((came - expected) ** 2, axis=1))
    return per_day, sigma, HORIZON * per_day + NORMAL_QUANTILE * sigma


def write(path, names, per_day, sigma, level):
    with open(path, "w") as out:
        out.write("sku,forecast_per_day,sigma_protection,order_up_to\n")
        for row in zip(names, per_day.tolist(), sigma.tolist(), level.tolist()):
            out.write("%s,%r,%r,%r\n" % row)
