-- A shop that several distributors of one hub supply. What the first one says stays where it is; here is what the further
-- ones say, each under the identity that the hub gave its link.

-- What all of them call themselves, the first one first, as JSON; '' where there is one.
ALTER TABLE sync_state ADD COLUMN distributors TEXT NOT NULL DEFAULT '';

-- Whose a note is; '' for the first distributor's.
ALTER TABLE notes ADD COLUMN distributor TEXT NOT NULL DEFAULT '';

-- What they offer. A product that the first one offers too is the first one's.
CREATE TABLE further_offers (
    distributor TEXT NOT NULL,
    sku         TEXT NOT NULL,
    payload     TEXT NOT NULL,
    PRIMARY KEY (distributor, sku)
) STRICT, WITHOUT ROWID;
CREATE INDEX further_offers_by_sku ON further_offers (sku, distributor);

-- How they deliver; null where one leaves it to the shop.
CREATE TABLE further_rhythms (
    distributor    TEXT PRIMARY KEY,
    review_days    INTEGER,
    lead_time_days INTEGER
) STRICT, WITHOUT ROWID;
