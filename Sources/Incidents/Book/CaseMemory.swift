/// What a case keeps from one look to the next because it is dear to find again.
///
/// Nothing that is told depends on it: what is kept counts only while what it was found from is the
/// same. So two memories never differ as far as equality goes, and none is stored.
struct CaseMemory: Hashable, Sendable {
  /// How its series stood before it.
  var pasts = PastMemory()
  /// The last grade.
  var graded: Graded?
  /// The title that the first alert gives to the incident.
  var titled: (alert: AlertRecord, title: String)?

  /// A grade with what it rests on.
  struct Graded: Sendable {
    /// Of the marks of the alerts, by which it shows whether one of them has changed.
    let serials: [Int]
    let evidence: SeverityGrader.Evidence
    let grade: SeverityGrader.Grade
  }

  static func == (a: CaseMemory, b: CaseMemory) -> Bool { true }

  func hash(into hasher: inout Hasher) {}
}
