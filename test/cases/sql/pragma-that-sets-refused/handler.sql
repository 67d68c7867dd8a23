PRAGMA main.journal_mode = OFF;
