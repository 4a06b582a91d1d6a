-- What goes back to a customer: how, how much of it in money, and paying out what they have paid ahead.

-- How the part of a voided sale that was paid by QRIS or transfer went back; '' for the way it came.
ALTER TABLE voids ADD COLUMN refund TEXT NOT NULL DEFAULT '' CHECK (refund IN ('', 'cash', 'transfer'));
-- Of its amount, what had been given up of the debt: nobody gets that.
ALTER TABLE voids ADD COLUMN given_up INTEGER NOT NULL DEFAULT 0 CHECK (given_up >= 0);

-- Of a return's amount, what came off the customer's debt, and what had been given up of it; the rest went back by
-- `method`.
ALTER TABLE returns ADD COLUMN off_debt INTEGER NOT NULL DEFAULT 0 CHECK (off_debt >= 0);
ALTER TABLE returns ADD COLUMN given_up INTEGER NOT NULL DEFAULT 0 CHECK (given_up >= 0);
DROP TRIGGER returns_are_final;
UPDATE returns SET off_debt = amount WHERE method = 'debt';
CREATE TRIGGER returns_are_final BEFORE UPDATE ON returns BEGIN SELECT RAISE(ABORT, 'a return is final'); END;

-- A further kind of entry: 'paid_out', what was paid ahead and went back. A check is changed by a new table.
CREATE TABLE customer_ledger_with_credit (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id   TEXT NOT NULL REFERENCES customers (id),
    kind          TEXT NOT NULL
                  CHECK (kind IN ('sale', 'void', 'return', 'payment', 'opening', 'write_off', 'paid_out')),
    -- Positive: owes more.
    amount        INTEGER NOT NULL CHECK (amount <> 0),
    -- How a payment was made or paid out; '' for what moved no money.
    method        TEXT NOT NULL DEFAULT '',
    -- The sale, return or payment.
    reference     TEXT NOT NULL,
    note          TEXT NOT NULL DEFAULT '',
    by_whom       TEXT NOT NULL,
    business_date TEXT NOT NULL,
    at_utc        TEXT NOT NULL
) STRICT;
INSERT INTO customer_ledger_with_credit
    (seq, customer_id, kind, amount, method, reference, note, by_whom, business_date, at_utc)
SELECT seq, customer_id, kind, amount, method, reference, note, by_whom, business_date, at_utc
FROM customer_ledger ORDER BY seq;
DROP TABLE customer_ledger;
ALTER TABLE customer_ledger_with_credit RENAME TO customer_ledger;
CREATE INDEX customer_ledger_by_customer ON customer_ledger (customer_id, seq);
CREATE INDEX customer_ledger_by_date ON customer_ledger (business_date);
CREATE UNIQUE INDEX customer_ledger_once ON customer_ledger (kind, reference);
CREATE TRIGGER customer_ledger_is_kept BEFORE DELETE ON customer_ledger
BEGIN SELECT RAISE(ABORT, 'what customers owe only grows'); END;
CREATE TRIGGER customer_ledger_is_final BEFORE UPDATE ON customer_ledger
BEGIN SELECT RAISE(ABORT, 'what customers owe only grows'); END;
