"""HL7 FHIR R4: https://hl7.org/fhir/R4/."""
