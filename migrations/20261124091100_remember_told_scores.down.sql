drop table told_scores;
