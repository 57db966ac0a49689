"""Amazon SNS as it knocks on our door: proving that an envelope is genuine."""
