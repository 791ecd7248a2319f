// English stands in web/src/texts.ts and nowhere else: no words between tags, and none in the attributes that people read or
// hear. Every text there is used.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import ts from 'typescript';

import { inRoot } from '../../scripts/lib/paths.mjs';

const SOURCES = inRoot('web', 'src');
const TEXTS = join(SOURCES, 'texts.ts');
// What a reader meets as words. Names of classes, types, roles and ids are not among them.
const READ = new Set(['aria-label', 'aria-description', 'title', 'placeholder', 'alt', 'label', 'text', 'says', 'action', 'name']);
// Shapes of what is typed in, not words.
const SHAPES = new Set(['ast_…']);
const hasWords = (text) => /\p{L}{2,}/u.test(text) && !SHAPES.has(text);

const files = readdirSync(SOURCES, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && entry.name !== 'schema.d.ts')
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

const parsed = (file) => ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true, file.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS);

// Calls `see` with every node of a tree.
function walk(node, see) {
  see(node);
  ts.forEachChild(node, (child) => walk(child, see));
}

// The fixed words of an expression: texts, and what templates say between their holes.
function wordsOf(node) {
  const words = [];
  walk(node, (each) => {
    if (ts.isStringLiteralLike(each) || ts.isTemplateHead(each) || ts.isTemplateMiddle(each) || ts.isTemplateTail(each)) words.push(each.text);
  });
  return words.filter(hasWords);
}

const isLiteral = (node) => ts.isStringLiteralLike(node) || ts.isTemplateHead(node);
// Beginning like a sentence, wherever it stands.
const SENTENCE = /^\p{Lu}\p{Ll}+ /u;
// Faults of the page itself, which only its makers read; names of fonts and keys; what was found by the other ways already.
const isElsewhere = (node) => ts.findAncestor(node, (each) => ts.isJsxAttribute(each) || ts.isJsxExpression(each) || (ts.isThrowStatement(each) && /new Error\(/.test(each.getText()))) !== undefined;

export function literalsIn(source) {
  const found = [];
  walk(source, (node) => {
    if (ts.isJsxText(node) && hasWords(node.text)) found.push(node.text.trim());
    if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent) && node.expression) found.push(...wordsShown(node.expression));
    if (ts.isJsxAttribute(node) && READ.has(node.name.getText()) && node.initializer && !isInput(node)) found.push(...attributeWords(node.initializer));
    if (ts.isCallExpression(node) && node.expression.getText() === 'say') found.push(...node.arguments.flatMap(wordsOf));
    if (isLiteral(node) && SENTENCE.test(node.text) && node.text !== 'Bearer ' && !isElsewhere(node)) found.push(node.text);
  });
  return found;
}

// `name` and `label` of a native field are no words for people.
const isInput = (attribute) => attribute.name.getText() === 'name' && ['input', 'meta', 'Choice', 'DateChoice'].includes(attribute.parent.parent.tagName.getText());

const attributeWords = (initializer) => (ts.isStringLiteral(initializer) ? [initializer.text].filter(hasWords) : shownWords(initializer.expression));
const wordsShown = (expression) => shownWords(expression);

// Words that an expression comes to: its branches, not what it compares or looks up.
function shownWords(node) {
  if (!node) return [];
  if (ts.isStringLiteralLike(node)) return [node.text].filter(hasWords);
  if (ts.isTemplateExpression(node)) return [node.head.text, ...node.templateSpans.flatMap((span) => [span.literal.text, ...shownWords(span.expression)])].filter(hasWords);
  if (ts.isConditionalExpression(node)) return [...shownWords(node.whenTrue), ...shownWords(node.whenFalse)];
  if (ts.isParenthesizedExpression(node)) return shownWords(node.expression);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) return shownWords(node.right);
  if (ts.isBinaryExpression(node) && [ts.SyntaxKind.BarBarToken, ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.PlusToken].includes(node.operatorToken.kind)) return [...shownWords(node.left), ...shownWords(node.right)];
  return [];
}

test('no_words_stand_outside_of_the_texts', () => {
  assert.ok(files.length > 80, `${files.length} files`);
  const found = files.filter((file) => file !== TEXTS).flatMap((file) => literalsIn(parsed(file)).map((text) => `${file.slice(SOURCES.length + 1)}: ${text}`));
  assert.deepEqual(found, []);
});

test('words_are_found_wherever_people_would_read_them', () => {
  const source = ts.createSourceFile('x.tsx', `const x = <p title="A title" className={on ? 'is on' : 'off'}>Some words {is && 'more words'} {n > 0 ? \`\${n} pieces\` : texts.none} {kind === 'video' && <b />}</p>; say('said aloud'); const y = 'Nothing is here';`, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  assert.deepEqual(literalsIn(source).sort(), [' pieces', 'A title', 'Nothing is here', 'Some words', 'more words', 'said aloud']);
});

test('every_text_is_used', () => {
  const all = files.filter((file) => file !== TEXTS).map((file) => readFileSync(file, 'utf8')).join('\n');
  const own = readFileSync(TEXTS, 'utf8');
  const unused = [];
  for (const statement of parsed(TEXTS).statements) {
    for (const { name, initializer } of statement.declarationList?.declarations ?? []) {
      if (!ts.isObjectLiteralExpression(initializer) || !all.includes(name.text)) continue;
      for (const member of initializer.properties) {
        const used = new RegExp(`\\.${member.name.text}\\b`);
        if (!used.test(all) && !used.test(own)) unused.push(`${name.text}.${member.name.text}`);
      }
    }
  }
  assert.deepEqual(unused.filter((each) => !isTable(each)), []);
});

// Tables by words of the service are looked up, not named.
const isTable = (member) => /^(remedies|mediaTypes|statuses|lineageStates|origins|makings|apis|operationNames|relationNames|listings|modes)\./.test(member);

// What only programs meet: other routes than the page's, other bodies than it sends.
const NOT_OF_THE_PAGE = new Set([
  'admin_only', 'idempotency_key_reused', 'import_not_empty', 'invalid_selector', 'invalid_utf8', 'method_not_allowed', 'missing_member', 'no_entropy',
  'no_such_route', 'not_a_page', 'not_an_export', 'not_json', 'owner_exists', 'unknown_media_type', 'unknown_provider', 'webhook_not_believed',
]);

test('every_problem_that_the_page_can_meet_says_what_to_do', () => {
  const listed = /pub const CODES[^;]*?= &\[(.*?)\n\];/s.exec(readFileSync(inRoot('src', 'core', 'api', 'docs.rs'), 'utf8'))[1];
  const codes = [...listed.matchAll(/\(\s*"([a-z_0-9]+)"/g)].map(([, code]) => code);
  assert.ok(codes.length > 40, `${codes.length} codes`);
  const remedies = parsed(TEXTS).statements.flatMap((statement) => statement.declarationList?.declarations ?? []).find(({ name }) => name.text === 'remedies');
  const told = new Set(remedies.initializer.properties.map(({ name }) => name.text));
  assert.deepEqual(codes.filter((code) => !told.has(code) && !NOT_OF_THE_PAGE.has(code)), []);
});
