"""Headings in other languages. To add one, write it under its field; capitals, spaces and accents' form do not matter.

A heading that means different things in two languages is written nowhere: staff are asked. So German "Name", which
stands for the last name beside "Vorname", and Dutch "Naam" for either.
"""

from collections.abc import Mapping
from typing import Final

from issuing.sheets.fields import Field

OTHER_LANGUAGES: Final[Mapping[str, Mapping[Field, tuple[str, ...]]]] = {
    "Welsh": {
        Field.FIRST_NAME: ("enw cyntaf", "enwau cyntaf", "enw bedydd"),
        Field.LAST_NAME: ("cyfenw", "enw olaf", "enw teuluol"),
        Field.FULL_NAME: ("enw llawn", "enw'r myfyriwr", "enw'r dysgwr"),
        Field.EMAIL: ("e-bost", "ebost", "cyfeiriad e-bost", "cyfeiriad ebost"),
        Field.STUDENT_NUMBER: ("rhif myfyriwr", "rhif y myfyriwr", "rhif dysgwr"),
    },
    "Irish": {
        Field.FIRST_NAME: ("céadainm", "ainm baiste"),
        Field.LAST_NAME: ("sloinne",),
        Field.FULL_NAME: ("ainm iomlán",),
        Field.EMAIL: ("ríomhphost", "r-phost", "seoladh ríomhphoist"),
        Field.STUDENT_NUMBER: ("uimhir mhic léinn", "uimhir an mhic léinn"),
    },
    "French": {
        Field.FIRST_NAME: ("prénom", "prénoms", "prénom(s)", "prenom"),
        Field.LAST_NAME: ("nom de famille",),
        Field.FULL_NAME: ("nom complet", "nom et prénom", "prénom et nom"),
        Field.EMAIL: ("courriel", "adresse e-mail", "adresse mail", "adresse électronique", "adresse de courriel"),
        Field.STUDENT_NUMBER: ("numéro étudiant", "numéro d'étudiant", "n° étudiant"),
    },
    "German": {
        Field.FIRST_NAME: ("vorname", "vornamen", "rufname"),
        Field.LAST_NAME: ("nachname", "nachnamen", "familienname", "zuname"),
        Field.FULL_NAME: ("vollständiger name", "vor- und nachname"),
        Field.EMAIL: ("e-mail-adresse", "emailadresse", "mailadresse"),
        Field.STUDENT_NUMBER: ("matrikelnummer", "matrikel-nr.", "schülernummer"),
    },
    "Spanish": {
        Field.FIRST_NAME: ("nombre de pila", "nombre(s)", "nombres"),
        Field.LAST_NAME: ("apellido", "apellidos", "apellido(s)"),
        Field.FULL_NAME: ("nombre completo", "nombre y apellidos"),
        Field.SORTABLE_NAME: ("apellidos, nombre", "apellidos y nombre"),
        Field.EMAIL: ("correo", "correo electrónico", "correo electronico", "dirección de correo"),
        Field.STUDENT_NUMBER: ("número de estudiante", "número de alumno", "matrícula"),
    },
    "Dutch": {
        Field.FIRST_NAME: ("voornaam", "voornamen", "roepnaam"),
        Field.LAST_NAME: ("achternaam", "familienaam"),
        Field.FULL_NAME: ("volledige naam",),
        Field.EMAIL: ("e-mailadres",),
        Field.STUDENT_NUMBER: ("studentnummer", "leerlingnummer"),
    },
    "Norwegian and Danish": {
        Field.FIRST_NAME: ("fornavn", "fornavne"),
        Field.LAST_NAME: ("etternavn", "efternavn"),
        Field.FULL_NAME: ("fullt navn", "fulde navn"),
        Field.EMAIL: ("e-post", "epost", "e-postadresse", "e-mailadresse"),
        Field.STUDENT_NUMBER: ("studentnummer", "studienummer", "elevnummer"),
    },
    "Swedish": {
        Field.FIRST_NAME: ("förnamn",),
        Field.LAST_NAME: ("efternamn",),
        Field.FULL_NAME: ("fullständigt namn", "för- och efternamn"),
        Field.EMAIL: ("e-post", "e-postadress", "mejl", "mejladress"),
    },
    "Polish": {
        Field.FIRST_NAME: ("imię", "imiona", "imię (imiona)"),
        Field.LAST_NAME: ("nazwisko",),
        Field.FULL_NAME: ("imię i nazwisko",),
        Field.SORTABLE_NAME: ("nazwisko i imię",),
        Field.EMAIL: ("adres e-mail", "adres email", "poczta elektroniczna"),
        Field.STUDENT_NUMBER: ("numer studenta", "numer albumu", "nr albumu"),
    },
    "Italian": {
        Field.LAST_NAME: ("cognome",),
        Field.FULL_NAME: ("nome e cognome", "nome completo"),
        Field.SORTABLE_NAME: ("cognome e nome",),
        Field.EMAIL: ("indirizzo e-mail", "posta elettronica"),
        Field.STUDENT_NUMBER: ("numero di matricola",),
    },
    "Portuguese": {
        Field.LAST_NAME: ("sobrenome",),
        Field.FULL_NAME: ("nome completo",),
        Field.EMAIL: ("correio eletrónico", "endereço de e-mail"),
    },
}
