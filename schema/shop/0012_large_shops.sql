-- What keeps a shop of 20,000 products as quick as a small one.

-- What goods are found by while somebody types: names and codes without their accents, under the product's row.
-- One or two letters: what words begin with.
CREATE VIRTUAL TABLE product_words USING fts5 (
    text, content = '', contentless_delete = 1, detail = 'none', prefix = '1 2',
    tokenize = 'unicode61 remove_diacritics 2'
);
-- Three letters and more: any part of a word.
CREATE VIRTUAL TABLE product_parts USING fts5 (
    text, content = '', contentless_delete = 1, tokenize = 'trigram remove_diacritics 1'
);
INSERT INTO product_words (rowid, text) SELECT id, name || ' ' || sku FROM products;
INSERT INTO product_parts (rowid, text) SELECT id, name || ' ' || sku FROM products;

CREATE TRIGGER products_are_found AFTER INSERT ON products
BEGIN
    INSERT INTO product_words (rowid, text) VALUES (new.id, new.name || ' ' || new.sku);
    INSERT INTO product_parts (rowid, text) VALUES (new.id, new.name || ' ' || new.sku);
END;
CREATE TRIGGER products_are_found_by_their_new_name AFTER UPDATE OF name, sku ON products
WHEN old.name <> new.name OR old.sku <> new.sku
BEGIN
    UPDATE product_words SET text = new.name || ' ' || new.sku WHERE rowid = new.id;
    UPDATE product_parts SET text = new.name || ' ' || new.sku WHERE rowid = new.id;
END;

-- A line with its reason is longer than a table without row ids keeps in place: each took a page of its own besides, and
-- whoever wanted a figure of it read that page. The figures come first now, what is long comes last.
ALTER TABLE plan_lines RENAME TO plan_lines_before;
CREATE TABLE plan_lines (
    plan_id          TEXT NOT NULL REFERENCES plans (id),
    line_no          INTEGER NOT NULL,
    sku              TEXT NOT NULL,
    quantity         INTEGER NOT NULL,
    cost             INTEGER NOT NULL,
    forecast_per_day REAL,
    protection_days  INTEGER,
    order_up_to      REAL,
    position         INTEGER,
    due_level        REAL,
    line             TEXT NOT NULL,
    PRIMARY KEY (plan_id, line_no)
) STRICT;
INSERT INTO plan_lines (plan_id, line_no, sku, quantity, cost, forecast_per_day, protection_days, order_up_to, position,
                        due_level, line)
SELECT plan_id, line_no, sku, quantity, cost, forecast_per_day, protection_days, order_up_to, position, due_level, line
FROM plan_lines_before ORDER BY plan_id, line_no;
DROP TABLE plan_lines_before;
-- Most of very many products are too new, or were never sold: what is foreseen is found without reading past them. The
-- condition stands in the statements word for word.
CREATE INDEX plan_lines_foreseen ON plan_lines (plan_id, line_no)
WHERE order_up_to > 0 OR due_level > 0 OR quantity > 0 OR position < 0;
CREATE INDEX plan_lines_too_new ON plan_lines (plan_id) WHERE instr(line, '"method":"too_little_history"') > 0;
