import Model
import Testing

struct `Examples of a pattern` {
  @Test(arguments: [
    ("abc", ["abc"]), ("5..", ["5xx", "5yx", "5ax"]), ("a|b|c", ["a", "b", "c"]),
    ("(GET|PUT)-x", ["GET-x", "PUT-x"]), ("a?b", ["ab", "b"]), ("x{3}", ["xxx"]),
    ("^[0-9]{2}$", ["00", "10", "20"]), ("5(\\.0)?", ["5.0", "5"]), (".*", ["x", "y", "a"]),
    ("resource|", ["resource", ""]), ("\\.\\+", [".+"]), ("[^a-y]", ["0", "1", "2"]),
    ("é+", ["é"]), ("", [""]),
  ])
  func `are matched by it, the plainest first`(source: String, want: [String]) throws {
    #expect(try Pattern(source).examples(atMost: 3) == want)
  }

  @Test(arguments: ["a\\bb", "x\\By\\b\\Bz", "[^\\x00-\\x{10FFFF}]"])
  func `are none where nothing matches`(source: String) throws {
    #expect(try Pattern(source).examples(atMost: 4) == [])
  }

  @Test func `stay few, however many texts there are`() throws {
    let pattern = try Pattern("(a|b|c|d|e){12}[0-9]{20}.{30}")
    let examples = pattern.examples(atMost: 5)
    #expect(examples.count == 5 && Set(examples).count == 5)
    #expect(examples.allSatisfy { pattern.matchesWhole($0) })
  }
}
