-- answer: body text/html
SELECT '<p>' || :name || '</p>' AS html;
