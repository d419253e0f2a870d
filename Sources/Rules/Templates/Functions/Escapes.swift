/// `text` safe inside HTML, as Go's `HTMLEscapeString` writes it.
func escapedForHTML(_ text: String) -> String {
  var out = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\0": out.append("\u{fffd}")
    case "\"": out.append(contentsOf: "&#34;".unicodeScalars)
    case "'": out.append(contentsOf: "&#39;".unicodeScalars)
    case "&": out.append(contentsOf: "&amp;".unicodeScalars)
    case "<": out.append(contentsOf: "&lt;".unicodeScalars)
    case ">": out.append(contentsOf: "&gt;".unicodeScalars)
    default: out.append(scalar)
    }
  }
  return String(out)
}

/// `text` safe inside a JavaScript string, as Go's `JSEscapeString` writes it.
func escapedForJavaScript(_ text: String) -> String {
  var out = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\\", "'", "\"": out.append(contentsOf: ["\\", scalar])
    case "<", ">", "&", "=", "\0"..<" ": out.append(contentsOf: unicodeEscape(scalar))
    case _ where !scalar.isASCII && !goIsPrintable(scalar):
      out.append(contentsOf: unicodeEscape(scalar))
    default: out.append(scalar)
    }
  }
  return String(out)
}

private func unicodeEscape(_ scalar: Unicode.Scalar) -> String.UnicodeScalarView {
  ("\\u" + hexadecimal(scalar.value, 4).uppercased()).unicodeScalars
}

/// `text` safe inside the query of a URL, as Go's `url.QueryEscape` writes it.
func escapedForQuery(_ text: String) -> String {
  var out = ""
  for byte in text.utf8 {
    switch byte {
    case " ": out += "+"
    case "-", ".", "~": out.unicodeScalars.append(Unicode.Scalar(byte))
    case _ where byte < 0x80 && isWordByte(byte): out.unicodeScalars.append(Unicode.Scalar(byte))
    default: out += "%" + hexadecimal(UInt32(byte), 2).uppercased()
    }
  }
  return out
}
