// Bytes of ASCII text are compared with the characters they stand for.

/// True when `byte` is the ASCII character `character`.
func == (byte: UInt8, character: Unicode.Scalar) -> Bool { UInt32(byte) == character.value }

/// True when `byte` is not the ASCII character `character`.
func != (byte: UInt8, character: Unicode.Scalar) -> Bool { UInt32(byte) != character.value }

/// Lets `case "x":` match a byte.
func ~= (character: Unicode.Scalar, byte: UInt8) -> Bool { byte == character }

/// Space, tab, carriage return or line feed.
func isSpace(_ byte: UInt8) -> Bool {
  byte == " " || byte == "\t" || byte == "\r" || byte == "\n"
}

/// `0`...`9`
func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

/// Letters, digits, `_` and every byte of a character outside ASCII.
func isWordByte(_ byte: UInt8) -> Bool {
  isDigit(byte) || byte == "_" || (0x61...0x7a).contains(byte | 0x20) || byte >= 0x80
}
