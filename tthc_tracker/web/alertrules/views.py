"""The rules of alerts: as an agency has them, what a change would do, and the change."""



