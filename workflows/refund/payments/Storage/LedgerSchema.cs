namespace Sallyport.Samples.Payments.Storage;

/// <summary>
/// The tables. Money is in minor units, instants are RFC 3339 text in UTC. The checks, unique indexes and triggers restate the rules
/// of the code, so that a bug fails a transaction instead of losing money.
/// </summary>
internal static class LedgerSchema
{
    public const string Version = "1";

    public const string Sql =
        """
        CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

        CREATE TABLE customers (
          id TEXT PRIMARY KEY,
          name TEXT NOT NULL,
          email TEXT NOT NULL UNIQUE,
          region TEXT NOT NULL CHECK (region IN ('us', 'eu', 'apac')),
          tenure_days INTEGER NOT NULL CHECK (tenure_days >= 0),
          flags TEXT NOT NULL,
          created_at TEXT NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE orders (
          id TEXT PRIMARY KEY,
          customer_id TEXT NOT NULL REFERENCES customers (id),
          region TEXT NOT NULL CHECK (region IN ('us', 'eu', 'apac')),
          currency TEXT NOT NULL CHECK (currency IN ('USD', 'EUR')),
          total_minor INTEGER NOT NULL CHECK (total_minor > 0),
          opening_refunded_minor INTEGER NOT NULL,
          refunded_minor INTEGER NOT NULL CHECK (refunded_minor BETWEEN 0 AND total_minor),
          disputed INTEGER NOT NULL CHECK (disputed IN (0, 1)),
          cancelled INTEGER NOT NULL CHECK (cancelled IN (0, 1)),
          placed_at TEXT NOT NULL,
          time_zone TEXT NOT NULL,
          updated_at TEXT NOT NULL,
          version INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX orders_by_customer ON orders (customer_id, id);

        CREATE TABLE refunds (
          number INTEGER PRIMARY KEY,
          order_id TEXT NOT NULL REFERENCES orders (id),
          amount INTEGER NOT NULL CHECK (amount > 0),
          currency TEXT NOT NULL,
          reason TEXT,
          idempotency_key TEXT NOT NULL UNIQUE,
          created_at TEXT NOT NULL,
          void_idempotency_key TEXT UNIQUE,
          voided_at TEXT
        );
        CREATE INDEX refunds_by_order ON refunds (order_id, number);

        CREATE TABLE ledger (
          seq INTEGER PRIMARY KEY AUTOINCREMENT,
          kind TEXT NOT NULL CHECK (kind IN ('refund', 'void')),
          refund_number INTEGER NOT NULL REFERENCES refunds (number),
          order_id TEXT NOT NULL,
          amount INTEGER NOT NULL CHECK (amount > 0),
          currency TEXT NOT NULL,
          idempotency_key TEXT NOT NULL UNIQUE,
          attempt INTEGER,
          at TEXT NOT NULL,
          UNIQUE (refund_number, kind)
        );
        CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
        CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

        CREATE TABLE answers (
          idempotency_key TEXT PRIMARY KEY,
          fingerprint TEXT NOT NULL,
          status INTEGER NOT NULL,
          content_type TEXT NOT NULL,
          body BLOB NOT NULL,
          at TEXT NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE fences (
          idempotency_key TEXT PRIMARY KEY,
          minimum_attempt INTEGER NOT NULL CHECK (minimum_attempt >= 1),
          updated_at TEXT NOT NULL
        ) WITHOUT ROWID;
        """;
}
