/// Probabilities of many tests, corrected for their number: of twenty tests one is below 5 % by chance.
public enum FamilyOfTests {
  /// Adjusted so that the chance of even one false alarm in the family is at most the level.
  ///
  /// Source: S. Holm, "A Simple Sequentially Rejective Multiple Test Procedure" (1979).
  public static func holm(_ probabilities: [Double]) -> [Double] {
    var adjusted = probabilities
    var largest = 0.0
    for (rank, index) in order(probabilities).enumerated() {
      let factor = Double(probabilities.count - rank)
      largest = max(largest, min(1, probabilities[index] * factor))
      adjusted[index] = largest
    }
    return adjusted
  }

  /// Adjusted so that of the tests that are taken for hits the expected share of false ones is at most
  /// the level.
  ///
  /// Source: Y. Benjamini, Y. Hochberg, "Controlling the False Discovery Rate" (1995).
  public static func benjaminiHochberg(_ probabilities: [Double]) -> [Double] {
    var adjusted = probabilities
    var least = 1.0
    for (rank, index) in order(probabilities).enumerated().reversed() {
      least = min(least, probabilities[index] * Double(probabilities.count) / Double(rank + 1))
      adjusted[index] = least
    }
    return adjusted
  }

  /// Indices by probability, then by place.
  private static func order(_ probabilities: [Double]) -> [Int] {
    probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
  }
}
