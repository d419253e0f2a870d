/// Outcomes as JUnit XML, which build servers read: a suite for each file, a case for each test.
public struct JUnitReport {
  private var suites = ""

  /// A report without suites.
  public init() {}

  /// Adds a file whose tests ran.
  public mutating func add(file: String, _ outcomes: [UnitTestOutcome]) {
    let failed = outcomes.count { !$0.isPassed }
    suites += Self.head(file, tests: outcomes.count, failures: failed, errors: 0)
    for outcome in outcomes {
      let name = Self.escaped(outcome.name)
      suites += "    <testcase name=\"\(name)\" classname=\"\(Self.escaped(file))\""
      guard !outcome.isPassed else {
        suites += "/>\n"
        continue
      }
      suites += ">\n"
      for failure in outcome.failures {
        suites += "      <failure message=\"\(Self.escaped(failure.subject))\">"
        suites += Self.escaped("\(failure)") + "</failure>\n"
      }
      suites += "    </testcase>\n"
    }
    suites += "  </testsuite>\n"
  }

  /// Adds a file that cannot be used.
  public mutating func add(file: String, unusable reason: String) {
    let name = Self.escaped(file)
    suites += Self.head(file, tests: 1, failures: 0, errors: 1)
    suites += "    <testcase name=\"\(name)\" classname=\"\(name)\">\n"
    suites += "      <error message=\"unusable file\">\(Self.escaped(reason))</error>\n"
    suites += "    </testcase>\n  </testsuite>\n"
  }

  /// The document.
  public var text: String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n\(suites)</testsuites>\n"
  }

  private static func head(
    _ file: String, tests: Int, failures: Int, errors: Int
  ) -> String {
    "  <testsuite name=\"\(escaped(file))\" tests=\"\(tests)\" failures=\"\(failures)\""
      + " errors=\"\(errors)\">\n"
  }

  /// Text for an element or an attribute; control characters, which XML 1.0 lacks, become U+FFFD.
  private static func escaped(_ text: String) -> String {
    var out = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      case "\"": out += "&quot;"
      case "\n", "\t": out.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0xfffe || scalar.value == 0xffff:
        out += "\u{fffd}"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out
  }
}
