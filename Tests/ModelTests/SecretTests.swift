import Model
import Synchronization
import Testing

struct SecretTests {
  private let values: SecretReader = { reference throws(SecretError) in
    switch reference {
    case .environment("TOKEN"): return "s3cr3t"
    case .file("/run/token"): return "from-file\r\n\n"
    default: throw SecretError(.missing, reference)
    }
  }

  @Test(arguments: [
    ("plain", "plain", "***"),
    ("", "", ""),
    ("${env:TOKEN}", "s3cr3t", "${env:TOKEN}"),
    ("Bearer ${file:/run/token}", "Bearer from-file", "***${file:/run/token}"),
    ("${env:TOKEN}/${env:TOKEN}", "s3cr3t/s3cr3t", "${env:TOKEN}***${env:TOKEN}"),
    ("5$ {x}", "5$ {x}", "***"),
  ])
  func `a secret is revealed when asked and masked else`(
    written: String, value: String, shown: String
  ) throws {
    let secret = try Secret(written)
    #expect(try secret.reveal(values) == value)
    #expect(secret.description == shown)
    #expect("\(secret)" == shown)
    #expect(String(reflecting: secret) == shown)
    var dumped = ""
    dump(secret, to: &dumped)
    #expect(value.isEmpty || !dumped.contains(value))
    #expect(Mirror(reflecting: secret).children.isEmpty)
  }

  @Test(arguments: [
    ("${env:TOKEN", SecretError.Code.unclosed), ("${env:}", .badReference),
    ("${TOKEN}", .badReference), ("${vault:x}", .badReference), ("a ${} b", .badReference),
  ])
  func `a reference that cannot be read is refused`(text: String, code: SecretError.Code) {
    #expect(throws: SecretError(code)) { try Secret(text) }
  }

  @Test func `a missing value names the reference`() throws {
    let secret = try Secret("${env:ABSENT}")
    let error = #expect(throws: SecretError.self) { try secret.reveal(values) }
    #expect(
      error?.description
        == "${env:ABSENT} has no value: the variable is not set or the file is not there")
  }

  @Test func `a literal has no references`() throws {
    #expect(try Secret(literal: "${env:TOKEN}").reveal(values) == "${env:TOKEN}")
  }

  @Test func `a rotated value counts at once`() throws {
    let count = Mutex(0)
    let secret = try Secret("${env:TOKEN}")
    let rotating: SecretReader = { _ in
      count.withLock { count in
        count += 1
        return "value \(count)"
      }
    }
    #expect(try secret.reveal(rotating) == "value 1")
    #expect(try secret.reveal(rotating) == "value 2")
  }
}
