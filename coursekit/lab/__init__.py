"""The lab: what every lesson is made of. Explorers and exercises as data, pictures, and the judge of an answer."""
