import Statistics
import Testing

@testable import Model

/// Every way of asking for a whole match; they must agree.
private func answers(_ pattern: Pattern, _ source: String, _ text: String) throws -> [Bool] {
  var parser = PatternParser(source, dotMatchesNewline: true)
  let program = PatternProgram(try parser.parse(), groupCount: parser.names.count)
  var automaton = PatternAutomaton(program)
  var machine = PatternMachine(program)
  let bytes = Array(text.utf8)
  return [
    pattern.matchesWhole(text), automaton.matchesWhole(bytes.span),
    machine.firstMatch(in: bytes.span, isWhole: true) != nil, pattern.wholeMatch(in: text) != nil,
  ]
}

@Test(
  arguments: [
    // Nothing and anything.
    ("", "", true), ("", "a", false), (".*", "", true), (".*", "a\nb", true), (".+", "", false),
    (".+", "\n", true), (".", "é", true), (".", "\u{1F600}", true), ("..", "é", false),
    ("(?-s:.)", "\n", false), ("(?-s).*", "a\nb", false), ("()", "", true), ("(|a)", "a", true),
    // Texts and texts with gaps.
    ("abc", "abc", true), ("abc", "abcd", false), ("abc", "xabc", false), ("abc", "ab", false),
    ("abc.*", "abc", true), ("abc.*", "abc\n", true), ("abc.*", "ab", false),
    ("abc.+", "abc", false), ("abc.+", "abcd", true), (".*abc", "xxabc", true),
    (".*abc", "abcx", false), (".+abc", "abc", false), (".+abc", "éabc", true),
    (".*abc.*", "xabcx", true), (".*abc.*", "xabx", false), (".+abc.+", "abcabc", false),
    (".+abc.+", "xabcx", true), (".*.*", "x", true), ("(abc)", "abc", true),
    ("(?:a)(b)", "ab", true), ("ab*c", "abbbc", true),
    // Choices.
    ("a|b|c", "b", true), ("a|b|c", "d", false), ("a|b|c", "", false), ("a||c", "", true),
    ("foo|bar|foobar", "foobar", true), ("foo|fo", "fo", true), ("(?:foo|bar)baz", "barbaz", true),
    ("ü|é", "é", true), ("a|b.", "bx", true), ("5..|4..", "404", true), ("5..|4..", "2044", false),
    // Repetition.
    ("a?", "", true), ("a?", "aa", false), ("a{2}", "aa", true), ("a{2}", "a", false),
    ("a{2,}", "aaaa", true), ("a{2,3}", "aaaa", false), ("a{0}", "", true), ("a{0}", "a", false),
    ("a{0,1}", "a", true), ("a{,2}", "a{,2}", true), ("a{", "a{", true), ("a{1", "a{1", true),
    ("{", "{", true), ("{{", "{{", true), ("a{01}", "a{01}", true), ("(ab){2}", "abab", true),
    ("a*?b", "aab", true), ("a+?", "aa", true), ("a{1,2}?", "aa", true), ("(?U)a+", "aa", true),
    ("(a*)*", "aaa", true), ("(a*)*b", "aaab", true), ("(a|b)*?c", "abac", true),
    ("(?:a{2}){3}", "aaaaaa", true), ("(a?){3}", "aa", true),
    // Classes.
    ("[abc]", "b", true), ("[^abc]", "b", false), ("[^abc]", "\n", true), ("[a-c]", "d", false),
    ("[]a]", "]", true), ("[^]a]", "]", false), ("[a-]", "-", true), ("[-a]", "-", true),
    ("[a\\-c]", "b", false), ("[\\]]", "]", true), ("[[]", "[", true), ("[\\d-z]", "-", true),
    ("[a-zé-ü]", "ö", true), ("[\\w.]", ".", true), ("[\\n]", "\n", true),
    ("\\d+", "0123", true), ("\\d", "٣", false), ("\\D", "٣", true), ("\\w", "_", true),
    ("\\w", "é", false), ("\\s", "\t", true), ("\\s", "\u{0B}", false), ("\\S", "a", true),
    ("[[:alpha:]]", "z", true), ("[[:^alpha:]]", "z", false), ("[[:word:]]", "_", true),
    ("[[:space:]]", "\u{0B}", true), ("[[:punct:]]", "~", true), ("[[:punct:]]", "a", false),
    ("[[:xdigit:][:blank:]]+", "aF 9", true), ("[:alpha:]", "p", true), ("[[:a]", ":", true),
    ("\\pL", "é", true), ("\\p{Lu}", "é", false), ("\\p{Lu}", "É", true), ("\\PN", "5", false),
    ("\\p{^N}", "5", false), ("\\P{^N}", "5", true), ("\\p{Any}", "\u{10FFFF}", true),
    ("[\\p{Nd}x]+", "٣x", true), ("\\p{Sc}", "€", true), ("\\p{Zs}", "\u{A0}", true),
    // Flags.
    ("(?i)abc", "aBC", true), ("(?i:a)b", "Ab", true), ("(?i:a)b", "AB", false),
    ("a(?i)b|c", "C", true), ("(a(?i)b)c", "aBC", false), ("(?i)k", "\u{212A}", true),
    ("(?i)ſ", "S", true), ("(?i)É", "é", true), ("(?i)[^x]", "X", false), ("(?i)σ", "ς", true),
    ("(?i)ı", "I", false), ("(?i)[a-c]+", "AbC", true), ("(?is)a.b", "A\nB", true),
    ("(?s-i:a)", "A", false), ("(?i)\\x{e9}", "É", true), ("(?i)ß", "ẞ", true),
    // Conditions.
    ("^abc$", "abc", true), ("a^b", "ab", false), ("(?m)a$\n^b", "a\nb", true),
    ("a$\n^b", "a\nb", false), ("\\Aabc\\z", "abc", true), ("(?m)\\Aa\n\\Ab", "a\nb", false),
    ("foo\\b.*", "foo-bar", true), ("foo\\b.*", "foobar", false), ("foo\\Bbar", "foobar", true),
    ("\\b", "", false), ("\\B", "", true), ("(\\bfoo\\b ?)+", "foo foo", true), ("^*", "", true),
    ("$^", "", true),
    // Escapes.
    ("\\.", ".", true), ("\\.", "x", false), ("\\Qa.b\\E", "a.b", true),
    ("\\Qa.b\\E", "axb", false),
    ("\\Qab\\E*", "abb", true), ("\\Qa|b", "a|b", true), ("\\Qa\\", "a\\", true),
    ("\\x41", "A", true), ("\\x{1F600}", "\u{1F600}", true), ("\\101", "A", true),
    ("\\0", "\u{0}", true), ("\\07", "\u{07}", true),
    ("\\t\\n\\r\\f\\v\\a", "\t\n\r\u{0C}\u{0B}\u{07}", true),
    ("\\_\\-\\/\\\"", "_-/\"", true), ("é+", "éé", true), ("]", "]", true), ("}", "}", true),
    // Composed and decomposed letters are different texts.
    ("\u{e9}", "e\u{301}", false), (".*\u{e9}", "e\u{301}", false),
  ] as [(String, String, Bool)])
func `whole matches`(source: String, text: String, want: Bool) throws {
  let pattern = try Pattern(source)
  #expect(try answers(pattern, source, text) == [want, want, want, want])
}

@Test(
  arguments: [
    ("(abc", "missing closing ): `(abc`", 0), ("a)b", "unexpected ): `)b`", 1),
    ("((a)", "missing closing ): `((a)`", 0), ("[a", "missing closing ]: `[a`", 0),
    ("x[", "missing closing ]: `[`", 1),
    ("[a-\\", "trailing backslash at end of expression: ``", 4),
    ("[z-a]", "invalid character class range: `z-a`", 1),
    ("[[:nope:]]", "invalid character class range: `[:nope:]`", 1),
    ("\\p{Nope}", "invalid character class range: `\\p{Nope}`", 0),
    ("\\pQ", "invalid character class range: `\\pQ`", 0),
    ("*", "missing argument to repetition operator: `*`", 0),
    ("a|*", "missing argument to repetition operator: `*`", 2),
    ("(+)", "missing argument to repetition operator: `+`", 1),
    ("(?i)*", "missing argument to repetition operator: `*`", 4),
    ("a**", "invalid nested repetition operator: `**`", 1),
    ("a{2}{3}", "invalid nested repetition operator: `{2}{3}`", 1),
    ("a*??", "invalid nested repetition operator: `*??`", 1),
    ("a{1001}", "invalid repeat count: `{1001}`", 1),
    ("a{2,1}", "invalid repeat count: `{2,1}`", 1),
    ("(a{500}){3}", "invalid repeat count: `{3}`", 8),
    ("a\\", "trailing backslash at end of expression: ``", 2),
    ("\\8", "invalid escape sequence: `\\8`", 0), ("\\1", "invalid escape sequence: `\\1`", 0),
    ("\\C", "invalid escape sequence: `\\C`", 0), ("é\\q", "invalid escape sequence: `\\q`", 2),
    ("\\x{110000}", "invalid escape sequence: `\\x{110000}`", 0),
    ("\\x4", "invalid escape sequence: `\\x4`", 0),
    ("[\\d-\\w-\\q]", "invalid escape sequence: `\\q`", 7),
    ("(?P<a", "invalid named capture: `(?P<a`", 0),
    ("(?P<>a)", "invalid named capture: `(?P<>`", 0),
    ("(?P<a-b>c)", "invalid named capture: `(?P<a-`", 0),
    ("(?P<n>a)(?P<n>b)", "duplicate named capture: `(?P<n>`", 8),
    ("(?Pa)", "invalid or unsupported Perl syntax: `(?Pa`", 0),
    ("(?=a)", "invalid or unsupported Perl syntax: `(?=`", 0),
    ("(?i-)", "invalid or unsupported Perl syntax: `(?i-)`", 0),
    ("(?", "missing closing ): `(?`", 0),
  ] as [(String, String, Int)])
func `what is refused and where`(source: String, message: String, offset: Int) {
  let error = #expect(throws: PatternError.self) { try Pattern(source) }
  #expect(error == PatternError(message, offset: offset))
}

@Test func `limits hold`() throws {
  let depth = PatternLimits.nestingMax
  _ = try Pattern(
    String(repeating: "(", count: depth) + "a" + String(repeating: ")", count: depth))
  #expect(throws: PatternError.self) { try Pattern(String(repeating: "(", count: 100_000)) }
  #expect(throws: PatternError.self) {
    try Pattern("(" + String(repeating: "a", count: 200) + "){1000}")
  }
  // Many different characters make many classes.
  let many = String(
    String.UnicodeScalarView((0x4E00..<0x4E00 + 6000).compactMap(Unicode.Scalar.init)))
  #expect(throws: PatternError.self) { try Pattern("(?:" + many + ")*") }
  #expect(try Pattern("[" + many + "]*").matchesWhole(many))
  // Loops inside loops are small, however deep.
  let loops = try Pattern(
    String(repeating: "(", count: 60) + "a" + String(repeating: "+)", count: 60))
  #expect(loops.matchesWhole("aaa"))
}

@Test(
  arguments: [
    ("(a+)(b*)", "xaab", ["aab", "aa", "b"]), ("(a)|(b)", "b", ["b", nil, "b"]),
    ("(a*?)(a*)", "aa", ["aa", "", "aa"]), ("(?U)(a*)(a*?)", "aa", ["aa", "", "aa"]),
    ("a|ab", "ab", ["a"]), ("ab|a", "ab", ["ab"]), ("(a|ab)(c|bcd)", "abcd", ["abcd", "a", "bcd"]),
    ("\\bb", "ab b", ["b"]), ("(?m)^b", "a\nb", ["b"]), ("^b", "a\nb", nil), ("x*", "aaa", [""]),
    ("(a|b)*", "ab", ["ab", "b"]), ("(a*)*", "b", ["", ""]), ("(a*)+", "aa", ["aa", "aa"]),
    ("(?:(a)|b)*", "ab", ["ab", "a"]), ("é(.)", "xéy", ["éy", "y"]),
    ("(?P<x>a)(?<y>b)", "ab", ["ab", "a", "b"]), ("(a){2}", "aa", ["aa", "a"]),
  ] as [(String, String, [String?]?)])
func `first matches and their groups`(source: String, text: String, want: [String?]?) throws {
  let match = try Pattern(source).firstMatch(in: text)
  #expect(match.map { match in match.ranges.indices.map { match[$0] } } == want)
}

@Test(
  arguments: [
    ("a", "banana", "o", "bonono"), ("a*", "baac", "x", "xbxcx"), ("", "ab", "-", "-a-b-"),
    ("(\\w)(\\w)", "abcd", "$2$1", "badc"), ("(\\w)", "ab", "$1x", ""),
    ("(\\w)", "ab", "${1}x", "axbx"),
    ("(?P<n>b)", "abc", "<$n>", "a<b>c"), ("(?P<n>b)", "abc", "<${n}>", "a<b>c"),
    ("b", "abc", "$$", "a$c"), ("b", "abc", "$", "a$c"), ("b", "abc", "${", "a${c"),
    ("b", "abc", "$ ", "a$ c"), ("b", "abc", "${n", "a${nc"), ("b", "abc", "[$9]", "a[]c"),
    ("b", "abc", "$0$0", "abbc"), ("(b)", "abc", "$01", "ac"), ("é", "aéb", "è", "aèb"),
    ("^", "ab", "x", "xab"), ("$", "ab", "x", "abx"), ("\\b", "ab cd", "|", "|ab| |cd|"),
    ("nope", "abc", "x", "abc"), (".", "a\nb", "x", "x\nx"),
  ] as [(String, String, String, String)])
func `replacement follows Go`(
  source: String, text: String, template: String, want: String
) throws {
  let pattern = try Pattern(source, dotMatchesNewline: false)
  #expect(pattern.replaceAll(in: text, with: template) == want)
}

@Test func `a whole match expands as label_replace needs it`() throws {
  let pattern = try Pattern("(.*)-(?P<zone>\\w+)")
  let match = try #require(pattern.wholeMatch(in: "db-1-eu"))
  #expect(match.expanding("${zone}/$1/$2/$nope") == "eu/db-1/eu/")
  #expect(match["zone"] == "eu")
  #expect(match["nope"] == nil)
  #expect(match[7] == nil)
  #expect(pattern.wholeMatch(in: "db") == nil)
}

@Test(arguments: ["(a*)*b", "(a|a)*b", "(a+)+b", "(.*)(.*)(.*)(.*)b", "(a?){30}a{30}b"])
func `pathological expressions stay linear`(source: String) throws {
  var parser = PatternParser(source, dotMatchesNewline: true)
  let program = PatternProgram(try parser.parse(), groupCount: parser.names.count)
  for length in [10, 100, 1000] {
    let text = [UInt8](repeating: UInt8(ascii: "a"), count: length)
    let bound = program.instructions.count * (length + 1)
    var machine = PatternMachine(program)
    let match = machine.firstMatch(in: text.span, isWhole: true)
    #expect(match == nil)
    #expect(machine.stepCount <= bound)
    var automaton = PatternAutomaton(program)
    let isMatch = automaton.matchesWhole(text.span)
    #expect(!isMatch)
    #expect(automaton.stepCount <= bound)
  }
}

@Test func `a full table starts afresh and answers alike`() throws {
  // Which of the last 14 letters was an "a" takes 2^14 states.
  let source = "(a|b)*a(a|b){14}"
  var parser = PatternParser(source, dotMatchesNewline: true)
  let program = PatternProgram(try parser.parse(), groupCount: parser.names.count)
  var automaton = PatternAutomaton(program, statesMax: 16)
  var generator = SplitMix64(seed: 7)
  for _ in 0..<50 {
    let text = (0..<200).map { _ in UInt8.random(in: 0x61...0x62, using: &generator) }
    let isMatch = automaton.matchesWhole(text.span)
    #expect(isMatch == (text[185] == UInt8(ascii: "a")))
  }
}

@Test func `bytes that are not UTF-8 count as U+FFFD`() throws {
  let bytes: [UInt8] = [0x61, 0xFF, 0x62, 0xC3]
  let dots = try Pattern("a.b.").matchesWhole(utf8: bytes.span)
  let replacements = try Pattern("a[\u{FFFD}]b\\x{FFFD}+").matchesWhole(utf8: bytes.span)
  let letters = try Pattern("a[a-z]b.").matchesWhole(utf8: bytes.span)
  #expect([dots, replacements, letters] == [true, true, false])
}

@Test func `plans are found`() throws {
  func plan(_ source: String) throws -> PatternPlan {
    var parser = PatternParser(source, dotMatchesNewline: true)
    return PatternPlan(try parser.parse())
  }
  #expect(try plan("a(b)") == .literal(Array("ab".utf8)))
  #expect(try plan("b|a") == .literals([Array("a".utf8), Array("b".utf8)]))
  #expect(try plan("ab.*") == .part(Array("ab".utf8), before: .nothing, after: .anything))
  #expect(try plan(".+") == .part([], before: .something, after: .nothing))
  #expect(try plan("ab[cd]") == .automaton(prefix: Array("ab".utf8)))
  #expect(try plan("(?i)a") == .automaton(prefix: []))
  #expect(try plan("(?-s:a.*)") == .automaton(prefix: [UInt8(ascii: "a")]))
}
