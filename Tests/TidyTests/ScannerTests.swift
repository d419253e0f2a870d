import Testing

/// The scanners behind the tidy tests, on small samples: a rule that cannot fail proves nothing.
struct ScannerTests {
  struct MaskCase: Sendable, CustomTestStringConvertible {
    var name: String
    var text: String
    var code: String
    var testDescription: String { name }
  }

  @Test(arguments: [
    MaskCase(name: "line comment", text: "a // } \"\nb", code: "a       \nb"),
    MaskCase(
      name: "nested block comment", text: "a /* /* } */ } */ b", code: "a                 b"),
    MaskCase(name: "block comment over lines", text: "/* }\n} */x", code: "    \n    x"),
    MaskCase(name: "string", text: "let s = \"{ // }\"; f()", code: "let s = \"      \"; f()"),
    MaskCase(name: "escaped quote", text: #"s = "\"{"; }"#, code: "s = \"   \"; }"),
    MaskCase(
      name: "interpolation stays code", text: #"s = "{\(f("}") { 1 })}" }"#,
      code: #"s = " \(f(" ") { 1 }) " }"#),
    MaskCase(name: "raw string", text: "s = #\"\\\"{\"#; }", code: "s = #\"   \"#; }"),
    MaskCase(
      name: "raw interpolation", text: "s = #\"\\#(a)\\(\"#; }", code: "s = #\"\\#(a)  \"#; }"),
    MaskCase(
      name: "multi-line string", text: "s = \"\"\"\n  { \"quoted\" }\n  \"\"\"\n}",
      code: "s = \"\"\"\n              \n  \"\"\"\n}"),
    MaskCase(name: "unterminated string", text: "s = \"abc\n}", code: "s = \"   \n}"),
    MaskCase(name: "unterminated comment", text: "a /* b", code: "a     "),
  ])
  func `comments and strings are blank, all else stays`(sample: MaskCase) {
    let masked = MaskedSwift(sample.text)
    #expect(masked.code == sample.code)
    #expect(masked.bytes.count == sample.text.utf8.count)
  }

  @Test func `spans of functions, initializers, subscripts and computed properties`() {
    let text = """
      struct A {
        var stored = [1, 2].map { $0 }
        var computed: Int {
          1
        }
        init(f: () -> Void = {}) {
          self.init()
        }
        static func == (a: A, b: A) -> Bool {
          if a.x { return f { 1 } }
          return "}" == b.y
        }
        subscript(i: Int) -> Int { i }
        func outer() {
          func inner() {
          }
        }
      }
      protocol P {
        var p: Int { get }
        func noBody(_ x: Int) -> Int
        init(z: Int)
      }
      """
    let spans = functionSpans(in: MaskedSwift(text))
    #expect(
      spans == [
        FunctionSpan(name: "computed", lines: 3...5),
        FunctionSpan(name: "init", lines: 6...8),
        FunctionSpan(name: "=", lines: 9...12),
        FunctionSpan(name: "subscript", lines: 13...13),
        FunctionSpan(name: "outer", lines: 14...17),
        FunctionSpan(name: "inner", lines: 15...16),
        FunctionSpan(name: "p", lines: 20...20),
      ])
  }

  @Test func `a long function and a long file are found`() {
    let body = String(repeating: "  x()\n", count: functionLinesMax)
    let long = Repository.File(path: "a.swift", text: "func f() {\n\(body)}\n")
    #expect(
      lengthFindings(in: long).map(\.description) == [
        "a.swift:1: error: \"f\" takes 72 lines, at most 70"
      ])
    let file = Repository.File(
      path: "b.swift", text: String(repeating: "x()\n", count: fileLinesMax + 1))
    #expect(lengthFindings(in: file).map(\.message) == ["701 lines, at most 700"])
  }

  static let manifest = """
    targets: [.systemLibrary(name: "CZlib", providers: [])]
    targets += library(floor: 1, "Low", [])
    targets += library(
      floor: 2, "Middle", ["Low", "CZlib", yams])
    targets += library(floor: 6, "High", ["Low"])
    targets += program(
      "prog", [
        "Low", "High",
      ])
    """

  @Test func `the floor table is read from the manifest`() {
    let table = FloorTable(manifest: Self.manifest)
    #expect(
      table.modules.mapValues(\.floor) == ["CZlib": 0, "Low": 1, "Middle": 2, "High": 6, "prog": 7])
    #expect(table.modules["Middle"]?.dependencies == ["Low", "CZlib", "yams"])
    #expect(table.modules["prog"]?.dependencies == ["Low", "High"])
    #expect(table.systemLibraries == ["CZlib"])
  }

  struct ImportCase: Sendable, CustomTestStringConvertible {
    var path: String
    var line: String
    /// A piece of the complaint; nil when the import is right.
    var complaint: String?
    var testDescription: String { "\(line) in \(path)" }
  }

  @Test(arguments: [
    ImportCase(path: "Sources/Middle/A.swift", line: "import Low", complaint: nil),
    ImportCase(path: "Sources/Middle/A.swift", line: "public import struct Low.X", complaint: nil),
    ImportCase(path: "Sources/Middle/A.swift", line: "import CZlib", complaint: nil),
    ImportCase(path: "Sources/Middle/A.swift", line: "import Glibc", complaint: nil),
    ImportCase(path: "Sources/Middle/A.swift", line: "// import High", complaint: nil),
    ImportCase(path: "Sources/Middle/A.swift", line: "let important = 1", complaint: nil),
    ImportCase(path: "Sources/Low/A.swift", line: "import Middle", complaint: "imports point down"),
    ImportCase(path: "Sources/Low/A.swift", line: "import CZlib", complaint: "not among"),
    ImportCase(path: "Sources/High/A.swift", line: "import Middle", complaint: "not among"),
    ImportCase(
      path: "Sources/Low/A.swift", line: "@_exported import Foundation", complaint: "floor 1"),
    ImportCase(path: "Sources/High/A.swift", line: "import Foundation", complaint: nil),
    ImportCase(path: "Sources/High/A.swift", line: "import GRDB", complaint: "home in Storage"),
    ImportCase(path: "Sources/High/A.swift", line: "import Whatever", complaint: "no home"),
    ImportCase(path: "Tests/HighTests/A.swift", line: "import Whatever", complaint: nil),
  ])
  func `imports are judged by floor and home`(sample: ImportCase) {
    let file = Repository.File(path: sample.path, text: "\n\(sample.line)\n")
    let findings = importFindings(in: file, floors: FloorTable(manifest: Self.manifest))
    if let complaint = sample.complaint {
      #expect(findings.count == 1 && findings[0].line == 2)
      #expect(findings.first?.message.contains(complaint) == true, "\(findings)")
    } else {
      #expect(findings.isEmpty, "\(findings)")
    }
  }

  @Test func `banned code is found in code alone, and by floor`() {
    let text = "let a = try! f()\n// try! \nlet b = \"try!\"\nlet now = ContinuousClock().now\n"
    let file = Repository.File(path: "Sources/Low/A.swift", text: text)
    #expect(bannedCodeFindings(in: file, floor: 1).map(\.line) == [1, 4])
    #expect(bannedCodeFindings(in: file, floor: 6).map(\.line) == [1])
  }

  @Test func `blanks, marks, foreign words and places are found`() {
    let text = "a \n\tb\n// TO" + "DO\nsee ../sha" + "red\n"
    let file = Repository.File(path: "x.swift", text: text)
    #expect(blankFindings(in: file).map(\.line) == [1, 2])
    #expect(wordFindings(in: file).map(\.line) == [3, 4])
    let makefile = Repository.File(path: "Makefile", text: "all:\n\ttrue\n\n")
    #expect(blankFindings(in: makefile).map(\.message) == ["empty line at the end of the file"])
    let open = Repository.File(path: "x.md", text: "Made in a WORK" + "TREE")
    #expect(wordFindings(in: open).count == 1 && blankFindings(in: open).count == 1)
  }

  @Test func `a missing and an overlong README are found`() {
    #expect(readmeFindings(module: "A", readme: nil).count == 1)
    #expect(readmeFindings(module: "A", readme: "one line\n").isEmpty)
    let long = String(repeating: "x\n", count: readmeLinesMax + 1)
    #expect(readmeFindings(module: "A", readme: long).map(\.line) == [41])
  }
}
