/// A colour of a figure, as SVG writes it.
package struct Colour: Equatable, Hashable, Sendable {
    package let red: Double
    package let green: Double
    package let blue: Double

    /// - Parameter code: Red, green and blue as `0xRRGGBB`.
    package init(_ code: Int) {
        red = Double(code >> 16 & 0xFF)
        green = Double(code >> 8 & 0xFF)
        blue = Double(code & 0xFF)
    }

    private init(red: Double, green: Double, blue: Double) {
        (self.red, self.green, self.blue) = (red, green, blue)
    }

    /// Returns the colour on the way to another: 0 is this one, 1 the other.
    package func mixed(with other: Colour, share: Double) -> Colour {
        func mix(_ a: Double, _ b: Double) -> Double { a + (b - a) * min(max(share, 0), 1) }
        return Colour(red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
    }

    /// `#RRGGBB`.
    package var code: String {
        "#" + [red, green, blue].map { Colour.hexadecimal(Int($0 + 0.5)) }.joined()
    }

    private static func hexadecimal(_ value: Int) -> String {
        let digits = Array("0123456789ABCDEF")
        return "\(digits[value >> 4 & 0xF])\(digits[value & 0xF])"
    }
}

/// The colours of all figures, told apart by people with any colour vision.
package enum Palette {
    /// Up with the exposure: Okabe and Ito's vermillion.
    package static let up = Colour(0xD55E00)

    /// Down with the exposure: Okabe and Ito's blue.
    package static let down = Colour(0x0072B2)
    package static let notSignificant = Colour(0x9A9A9A)
    package static let ink = Colour(0x1F1F1F)
    package static let axis = Colour(0x5A5A5A)
    package static let grid = Colour(0xE6E6E6)
    package static let paper = Colour(0xFFFFFF)

    /// Okabe and Ito's colours for categories, in a fixed order; more categories than colours begin again.
    package static let categories = [
        0x0072B2, 0xE69F00, 0x009E73, 0xCC79A7, 0x56B4E9, 0xD55E00, 0xF0E442, 0x000000,
    ].map { Colour($0) }

    package static func category(_ index: Int) -> Colour { categories[index % categories.count] }

    /// Cividis, from dark blue at 0 to yellow at 1 (Nuñez, Anderton & Renslow, 2018), at nine stops.
    private static let cividis = [
        0x00224E, 0x123570, 0x3B496C, 0x575D6D, 0x707173, 0x8A8678, 0xA59C74, 0xC3B369, 0xFEE838,
    ].map { Colour($0) }

    /// A colour for a value from 0 to 1.
    package static func sequential(_ value: Double) -> Colour {
        guard value.isFinite else { return notSignificant }
        let place = min(max(value, 0), 1) * Double(cividis.count - 1)
        let below = min(Int(place), cividis.count - 2)
        return cividis[below].mixed(with: cividis[below + 1], share: place - Double(below))
    }

    /// A colour for a value from −1 (down) over 0 (white) to 1 (up).
    package static func diverging(_ value: Double) -> Colour {
        guard value.isFinite else { return notSignificant }
        return paper.mixed(with: value < 0 ? down : up, share: abs(value))
    }
}
