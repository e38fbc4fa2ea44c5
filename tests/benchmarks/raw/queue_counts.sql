-- What the first page counts for one queue that lets every case through.
SELECT count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE state = 'claimed'),
       count(*) FILTER (WHERE state = 'held'), count(*) FILTER (WHERE due_at < now()),
       min(opened_at) FILTER (WHERE state = 'waiting'), min(due_at) FILTER (WHERE state = 'waiting' AND due_at >= now())
FROM reviews_case WHERE state IN ('waiting', 'claimed', 'held', 'escalated', 'second_look')
