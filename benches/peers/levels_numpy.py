"""A binary array of products by days to order-up-to levels with numpy, nothing to parse:
levels_numpy.py SALES.i32 PRODUCTS LEVELS.csv"""

import sys

import numpy as np

from common import levels, write

sales = np.fromfile(sys.argv[1], dtype="<i4").reshape(int(sys.argv[2]), -1)
names = ["SKU-%05d" % number for number in range(len(sales))]
write(sys.argv[3], names, *levels(sales))
