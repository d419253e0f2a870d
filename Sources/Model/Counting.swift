/// `count` with its noun: "1 alert", "3 alerts", "0 alerts"; `plural` is for nouns that take no "s".
public func counted(_ count: some BinaryInteger, _ noun: String, _ plural: String? = nil)
  -> String
{
  count == 1 ? "1 \(noun)" : "\(count) \(plural ?? noun + "s")"
}
