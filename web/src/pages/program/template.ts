/** What a new program begins with: everybody gets something, and one tier is to be earned. */
export function template(program: string, title: string): string {
  return `program: ${program}
title: ${JSON.stringify(title || program)}
timezone: ${Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'}
standing: { influence: 1 }

service_levels:
  - { id: standard, queue: general }

amenities:
  welcome-drink: A welcome drink

# Best first. The last tier is what everybody gets.
tiers:
  - id: regular
    title: Regular
    when: standing.lower >= 20
    stay: standing.lower >= 16
    keep: 90d
    amenities: [welcome-drink]
    service_level: standard
  - id: guest
    title: Guest
    service_level: standard
`;
}
