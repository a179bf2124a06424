"""Lints many certificates in one process, with exactly the validators of pkilint's lint_pkix_cert.

In: paths of PEM files, one a line, on stdin. Out: a JSON list of {path, code, severity, message}, and how many
validators looked at how many certificates on stderr.
"""

import json
import sys

from pkilint import loader
from pkilint.pkix import certificate, extension, name

VALIDATOR = certificate.create_pkix_certificate_validator_container(
    certificate.create_decoding_validators(name.ATTRIBUTE_TYPE_MAPPINGS, extension.EXTENSION_MAPPINGS),
    [
        certificate.create_issuer_validator_container([]),
        certificate.create_validity_validator_container(),
        certificate.create_subject_validator_container([]),
        certificate.create_extensions_validator_container([]),
        certificate.create_spki_validator_container([]),
    ],
)


def lint(path):
    with open(path, encoding="ascii") as file:
        document = loader.load_pem_certificate(file.read(), path)
    for result in VALIDATOR.validate(document.root):
        for description in result.finding_descriptions:
            yield {
                "path": path,
                "code": description.finding.code,
                "severity": description.finding.severity.name,
                "message": f"{result.node.path}: {description.message}",
            }


def main():
    paths = sys.stdin.read().split("\n")
    json.dump([finding for path in paths if path for finding in lint(path)], sys.stdout)


main()
