"""Check digits of numbers that name a person: each function is True where they are right."""

_FINNISH = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_SPANISH = "TRWAGMYFPDXBNJZSQVHLCKE"


def is_luhn(digits: str) -> bool:
    """True where the last digit is right. Source: ISO/IEC 7812-1, annex B."""
    doubled = (int(digit) * 2 for digit in digits[-2::-2])
    total = sum(map(int, digits[-1::-2])) + sum(digit - 9 if digit > 9 else digit for digit in doubled)
    return total % 10 == 0


def is_finnish(number: str) -> bool:
    """True for a henkilötunnus: DDMMYY, century sign, three digits, check character.

    Source: Decree 128/2010, section 2: the nine digits modulo 31 choose the character.
    """
    return _FINNISH[int(number[:6] + number[7:10]) % 31] == number[10].upper()


def is_swedish(number: str) -> bool:
    """True for a personnummer or samordningsnummer of ten digits, YYMMDDNNNC. The second has 60 added to the day.

    Source: Skatteverket, SKV 704: the last digit is by Luhn over all ten.
    """
    month, day = int(number[2:4]), int(number[4:6])
    return 1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91) and is_luhn(number)


def is_spanish(number: str) -> bool:
    """True for a DNI (eight digits and a letter) or an NIE (X, Y or Z, seven digits and a letter).

    Source: Real Decreto 1553/2005: the number modulo 23 chooses the letter; X, Y, Z count as 0, 1, 2.
    """
    first = {"X": "0", "Y": "1", "Z": "2"}.get(number[0].upper(), number[0])
    return _SPANISH[int(first + number[1:-1]) % 23] == number[-1].upper()


def is_iban(number: str) -> bool:
    """True for an account number without spaces. Source: ISO 13616-1, check digits by ISO/IEC 7064, MOD 97-10."""
    turned = number[4:] + number[:4]
    return int("".join(str(int(character, 36)) for character in turned)) % 97 == 1
