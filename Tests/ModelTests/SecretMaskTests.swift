import Model
import Testing

@Suite struct SecretMaskTests {
  static let cases: [(text: String, want: String)] = [
    ("", ""), ("nothing to hide: 42", "nothing to hide: 42"),
    ("password=hunter22 user=ann", "password=*** user=ann"),
    ("DB_PASSWORD=hunter22", "DB_PASSWORD=***"),
    ("{\"token\": \"abc123\", \"n\": 1}", "{\"token\": \"***\", \"n\": 1}"),
    ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
    ("-H 'Authorization: Basic dXNlcg=='", "-H 'Authorization: Basic ***'"),
    ("postgres://ann:hunter22@db/shop?sslmode=on", "postgres://ann:***@db/shop?sslmode=on"),
    ("GET https://x.example/hook?token=abc&n=1", "GET https://x.example/hook?token=***&n=1"),
    ("key AKIAIOSFODNN7EXAMPLE used", "key *** used"),
    ("push with ghp_0123456789abcdefghij", "push with ***"),
    ("the secret of success", "the secret of success"),
    ("api_key: k-42", "api_key: ***"),
  ]

  @Test(arguments: cases)
  func `what looks like a secret goes, the rest stays`(_ test: (text: String, want: String)) {
    #expect(SecretMask().masked(test.text) == test.want)
  }

  @Test func `known values go wherever they stand`() {
    let mask = SecretMask(values: ["correct-horse", "correct-horse-battery", "no"])
    #expect(mask.masked("x=correct-horse-battery,correct-horse no") == "x=***,*** no")
    #expect(mask.masked("a\nb correct-horse\n") == "a\nb ***\n")
  }
}
