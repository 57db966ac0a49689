"""Structured data (schema.org) as plain values; the template writes them so that no tag can end."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from marketing.facts.practice import Facts
from shared.practices.directory import PractitionerView
from shared.web.formats import money
from shared.web.states import state_name

if TYPE_CHECKING:
    from datetime import date

CONTEXT = "https://schema.org"


def identity(known: Facts) -> str:
    """The practice's id among the data."""
    return f"{known.site_url}/#practice"


def organization(known: Facts) -> dict[str, Any]:
    """MedicalBusiness: name, ways to reach it, where it may see people, what visits cost."""
    where, address = known.practice, known.practice.address
    prices = sorted(visit.price_minor for visit in known.visits)
    found: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "MedicalBusiness",
        "@id": identity(known),
        "name": where.name,
        "legalName": where.legal_name,
        "url": f"{known.site_url}/",
        "telephone": where.phone,
        "email": where.email,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": address["line"],
            "addressLocality": address["city"],
            "addressRegion": address["state"],
            "postalCode": address["postal_code"],
            "addressCountry": "US",
        },
        "areaServed": [{"@type": "State", "name": state_name(code)} for code in known.states],
        "availableService": [
            {
                "@type": "MedicalTherapy",
                "name": visit.name,
                "description": visit.summary,
            }
            for visit in known.visits
        ],
    }
    if prices:
        low, high = money(prices[0]), money(prices[-1])
        found["priceRange"] = low if low == high else f"{low} - {high}"
    return found


def physician(known: Facts, doctor: PractitionerView) -> dict[str, Any]:
    """Physician: who sees people at the practice."""
    name = f"{doctor.given_name} {doctor.family_name}"
    address = known.practice.address
    return {
        "@context": CONTEXT,
        "@type": "Physician",
        "name": f"{name}, {doctor.credentials}" if doctor.credentials else name,
        "description": doctor.biography,
        "medicalSpecialty": doctor.specialty,
        "url": known.absolute("/about"),
        "telephone": known.practice.phone,
        "parentOrganization": {"@id": identity(known)},
        "address": {
            "@type": "PostalAddress",
            "streetAddress": address["line"],
            "addressLocality": address["city"],
            "addressRegion": address["state"],
            "postalCode": address["postal_code"],
            "addressCountry": "US",
        },
    }


def questions(pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """FAQPage."""
    return {
        "@context": CONTEXT,
        "@type": "FAQPage",
        "mainEntity": [
            {
                "@type": "Question",
                "name": question,
                "acceptedAnswer": {"@type": "Answer", "text": answer},
            }
            for question, answer in pairs
        ],
    }


def breadcrumbs(way: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """BreadcrumbList, from the first page down to this one."""
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": url}
            for number, (name, url) in enumerate(way, 1)
        ],
    }


def article(
    known: Facts,
    *,
    headline: str,
    description: str,
    url: str,
    image: str,
    author: str,
    published: "date",
    updated: "date",
) -> dict[str, Any]:
    """Article, written by a doctor, published by the practice."""
    return {
        "@context": CONTEXT,
        "@type": "Article",
        "headline": headline,
        "description": description,
        "mainEntityOfPage": url,
        "image": image,
        "author": {"@type": "Person", "name": author, "url": known.absolute("/about")},
        "publisher": {"@id": identity(known), "@type": "Organization", "name": known.practice.name},
        "datePublished": published.isoformat(),
        "dateModified": updated.isoformat(),
    }
