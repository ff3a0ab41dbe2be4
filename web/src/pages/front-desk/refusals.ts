/** Why a guest may not have a perk, in words for the people at the desk. */
const REFUSALS: Record<string, string> = {
  not_enrolled: 'for members only',
  expired: 'is over',
  not_started: 'has not begun',
  member_limit: 'had already',
  exclusive_of: 'instead of another perk',
  out_of_stock: 'none left',
  day_limit: 'none left today',
  budget_spent: 'the budget is spent',
  by_grant_only: 'by invitation of the house only',
  condition: 'not earned',
  not_relevant: 'about other topics',
  held_back: 'not this time',
};

export function refusal(code: string | null | undefined): string {
  return code ? (REFUSALS[code] ?? code.replaceAll('_', ' ')) : '';
}
