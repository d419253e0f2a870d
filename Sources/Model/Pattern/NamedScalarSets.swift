extension ScalarSet {
  private static func ascii(_ spans: String) -> ScalarSet {
    let scalars = Array(spans.unicodeScalars)
    return ScalarSet(
      stride(from: 0, to: scalars.count - 1, by: 2).map {
        scalars[$0].value...scalars[$0 + 1].value
      })
  }

  /// What `\d` means.
  static let digits = ascii("09")
  /// What `\w` means.
  static let words = ascii("09AZ__az")
  /// `\s`: no vertical tab, as in RE2.
  static let blanks = ascii("\t\n\u{0C}\r  ")

  /// The class that a letter names after a backslash; nil when it names none.
  static func perl(_ letter: Unicode.Scalar) -> ScalarSet? {
    switch letter {
    case "d": digits
    case "D": digits.inverted
    case "w": words
    case "W": words.inverted
    case "s": blanks
    case "S": blanks.inverted
    default: nil
    }
  }

  /// The class that stands between `[:` and `:]`.
  static func posix(_ name: String) -> ScalarSet? {
    switch name {
    case "alnum": ascii("09AZaz")
    case "alpha": ascii("AZaz")
    case "ascii": ascii("\u{0}\u{7F}")
    case "blank": ascii("\t\t  ")
    case "cntrl": ascii("\u{0}\u{1F}\u{7F}\u{7F}")
    case "digit": digits
    case "graph": ascii("!~")
    case "lower": ascii("az")
    case "print": ascii(" ~")
    case "punct": ascii("!/:@[`{~")
    case "space": ascii("\t\r  ")
    case "upper": ascii("AZ")
    case "word": words
    case "xdigit": ascii("09AFaf")
    default: nil
    }
  }

  /// The class that `\p{…}` names: `Any`, or a general category such as `L` or `Lu`.
  static func unicode(_ name: String) -> ScalarSet? {
    if name == "Any" { return everything }
    let categories = Self.categories(named: name)
    guard !categories.isEmpty else { return nil }
    return ScalarSet(categoryRuns.filter { categories.contains($0.category) }.map(\.range))
  }

  private typealias CategoryRun = (range: ClosedRange<UInt32>, category: GeneralCategory)

  /// Every stretch of scalars of one general category, in order.
  private static let categoryRuns: [CategoryRun] =
    // Planes 4 to 13 are unassigned, 15 and 16 private but for their last two scalars.
    runs(in: 0...0x3_FFFF) + [(0x4_0000...0xD_FFFF, .unassigned)] + runs(in: 0xE_0000...0xE_FFFF)
    + [
      (0xF_0000...0xF_FFFD, .privateUse), (0xF_FFFE...0xF_FFFF, .unassigned),
      (0x10_0000...0x10_FFFD, .privateUse), (0x10_FFFE...0x10_FFFF, .unassigned),
    ]

  private static func runs(in range: ClosedRange<UInt32>) -> [CategoryRun] {
    var runs: [CategoryRun] = []
    for value in range {
      let category = Unicode.Scalar(value)?.properties.generalCategory ?? .surrogate
      if let last = runs.last, last.category == category {
        runs[runs.count - 1].range = last.range.lowerBound...value
      } else {
        runs.append((value...value, category))
      }
    }
    return runs
  }

  private typealias GeneralCategory = Unicode.GeneralCategory

  private static func categories(named name: String) -> [GeneralCategory] {
    switch name {
    case "L":
      [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter]
    case "Lu": [.uppercaseLetter]
    case "Ll": [.lowercaseLetter]
    case "Lt": [.titlecaseLetter]
    case "Lm": [.modifierLetter]
    case "Lo": [.otherLetter]
    case "M": [.nonspacingMark, .spacingMark, .enclosingMark]
    case "Mn": [.nonspacingMark]
    case "Mc": [.spacingMark]
    case "Me": [.enclosingMark]
    case "N": [.decimalNumber, .letterNumber, .otherNumber]
    case "Nd": [.decimalNumber]
    case "Nl": [.letterNumber]
    case "No": [.otherNumber]
    case "S": [.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol]
    case "Sm": [.mathSymbol]
    case "Sc": [.currencySymbol]
    case "Sk": [.modifierSymbol]
    case "So": [.otherSymbol]
    case "Z": [.spaceSeparator, .lineSeparator, .paragraphSeparator]
    case "Zs": [.spaceSeparator]
    case "Zl": [.lineSeparator]
    case "Zp": [.paragraphSeparator]
    case "C": [.control, .format, .surrogate, .privateUse]
    case "Cc": [.control]
    case "Cf": [.format]
    case "Cs": [.surrogate]
    case "Co": [.privateUse]
    default: punctuation(named: name)
    }
  }

  private static func punctuation(named name: String) -> [GeneralCategory] {
    switch name {
    case "P":
      [
        .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
        .initialPunctuation, .finalPunctuation, .otherPunctuation,
      ]
    case "Pc": [.connectorPunctuation]
    case "Pd": [.dashPunctuation]
    case "Ps": [.openPunctuation]
    case "Pe": [.closePunctuation]
    case "Pi": [.initialPunctuation]
    case "Pf": [.finalPunctuation]
    case "Po": [.otherPunctuation]
    default: []
    }
  }
}
