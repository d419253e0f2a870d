/// Something untidy, and where.
struct Finding: Equatable, CustomStringConvertible {
  /// Path from the root of the repository.
  var path: String
  /// From 1.
  var line: Int
  /// What is wrong, the value in quotes, what is wanted.
  var message: String

  /// `path:line: error: message`, which editors and CI logs turn into a link.
  var description: String { "\(path):\(line): error: \(message)" }
}
