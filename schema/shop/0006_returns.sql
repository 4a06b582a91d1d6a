-- Goods that a customer brought back, and what people at the counter may do.

-- Some of a sale taken back. All of it at once is a void.
CREATE TABLE returns (
    -- Made when the form was opened: sent twice, it is one return.
    id              TEXT PRIMARY KEY,
    sale_id         TEXT NOT NULL REFERENCES sales (id),
    -- SHA-256 of the request in canonical form.
    content_hash    BLOB NOT NULL,
    reason          TEXT NOT NULL,
    -- How the money went back; 'debt' took it off what the customer owes.
    method          TEXT NOT NULL CHECK (method IN ('cash', 'transfer', 'debt')),
    -- Rupiah that went back.
    amount          INTEGER NOT NULL CHECK (amount >= 0),
    by_whom         TEXT NOT NULL,
    business_date   TEXT NOT NULL REFERENCES trading_days (business_date),
    returned_at_utc TEXT NOT NULL,
    -- Another copy of the shop took it back; the day's figures have it from there.
    recovered       INTEGER NOT NULL DEFAULT 0 CHECK (recovered IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX returns_by_sale ON returns (sale_id);
CREATE INDEX returns_by_date ON returns (business_date);

CREATE TABLE return_lines (
    return_id TEXT NOT NULL REFERENCES returns (id),
    -- The line of the sale.
    line_no   INTEGER NOT NULL,
    -- Base units that came back.
    quantity  INTEGER NOT NULL CHECK (quantity > 0),
    -- Of those, what cannot be sold again and left as waste.
    spoiled   INTEGER NOT NULL DEFAULT 0 CHECK (spoiled >= 0 AND spoiled <= quantity),
    -- Its share of the line's cost.
    cost      INTEGER NOT NULL,
    PRIMARY KEY (return_id, line_no)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER returns_are_kept BEFORE DELETE ON returns BEGIN SELECT RAISE(ABORT, 'a return is final'); END;
CREATE TRIGGER returns_are_final BEFORE UPDATE ON returns BEGIN SELECT RAISE(ABORT, 'a return is final'); END;
CREATE TRIGGER return_lines_are_kept BEFORE DELETE ON return_lines BEGIN SELECT RAISE(ABORT, 'a return is final'); END;
CREATE TRIGGER return_lines_are_final BEFORE UPDATE ON return_lines BEGIN SELECT RAISE(ABORT, 'a return is final'); END;

-- Who took the sale back.
ALTER TABLE voids ADD COLUMN by_whom TEXT NOT NULL DEFAULT '';

CREATE INDEX audit_by_time ON audit (at_utc);
