import assert from 'node:assert/strict';
import { test } from 'node:test';

import { splitStatements } from './sql-statements.mjs';

test('statements_end_at_semicolons', () => {
  assert.deepEqual(splitStatements('SELECT 1;\nSELECT 2\n'), ['SELECT 1', 'SELECT 2']);
});

test('semicolons_in_texts_names_and_comments_end_nothing', () => {
  const sql = `-- one; two\nINSERT INTO "a;b" VALUES ('it''s; x'); /* ; */ SELECT ';'`;
  assert.deepEqual(splitStatements(sql), [`INSERT INTO "a;b" VALUES ('it''s; x')`, `SELECT ';'`]);
});

test('a_trigger_is_one_statement', () => {
  const sql = `CREATE TRIGGER t AFTER INSERT ON a BEGIN
    UPDATE a SET x = CASE WHEN 1 THEN 2 END;
    DELETE FROM b;
  END;
  SELECT 1;`;
  const statements = splitStatements(sql);
  assert.equal(statements.length, 2);
  assert.ok(statements[0].endsWith('END'));
});

test('a_file_of_comments_holds_no_statement', () => {
  assert.deepEqual(splitStatements('-- nothing here;\n'), []);
});
