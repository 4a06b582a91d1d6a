"""A shop's database to order-up-to levels with numpy: levels_numpy_database.py shop.db LEVELS.csv"""

import sqlite3
import sys

import numpy as np

from common import levels, write

shop = sqlite3.connect("file:%s?mode=ro" % sys.argv[1], uri=True)
products = shop.execute("SELECT id, sku FROM products ORDER BY id").fetchall()
rows = np.fromiter(
    shop.execute(
        "SELECT product_id, unixepoch(business_date) / 86400, sold + imported + missed FROM daily_flows"
    ),
    dtype=[("product", "i8"), ("day", "i8"), ("sold", "i8")],
)
place = np.searchsorted(np.array([number for number, _ in products]), rows["product"])
first = rows["day"].min()
sales = np.zeros((len(products), rows["day"].max() - first + 1), dtype="i8")
sales[place, rows["day"] - first] = rows["sold"]
write(sys.argv[2], [sku for _, sku in products], *levels(sales))
