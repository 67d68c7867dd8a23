SELECT ':name' AS a, "b:c" FROM (SELECT 1 AS "b:c") -- :comment
;
