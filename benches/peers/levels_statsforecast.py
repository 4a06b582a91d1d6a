"""CSV to order-up-to levels with statsforecast, its sigma from the spread of the days instead of from past forecasts:
levels_statsforecast.py SALES.csv LEVELS.csv"""

import sys

import numpy as np
import pandas as pd
from statsforecast import StatsForecast
from statsforecast.models import WindowAverage

from common import HORIZON, NORMAL_QUANTILE, WINDOW, write

sales = pd.read_csv(sys.argv[1], parse_dates=["date"])
sales.columns = ["ds", "unique_id", "y"]
sales["y"] = sales["y"].astype("float32")
models = StatsForecast(models=[WindowAverage(window_size=WINDOW)], freq="D")
forecast = models.forecast(df=sales, h=HORIZON)
mean = forecast.groupby("unique_id", sort=True)["WindowAverage"].sum()
spread = sales.groupby("unique_id", sort=True)["y"].apply(lambda y: y.iloc[-WINDOW:].std())
sigma = (spread * np.sqrt(HORIZON * (1 + HORIZON / WINDOW))).to_numpy()
write(sys.argv[2], mean.index, mean.to_numpy() / HORIZON, sigma, mean.to_numpy() + NORMAL_QUANTILE * sigma)
