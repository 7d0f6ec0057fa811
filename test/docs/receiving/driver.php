<?php

// Calls the code of the page on each case, and prints whether it took the request.
require 'verify.php';
require 'isSigned.php';

$takes = function (array $case): bool {
    $body = base64_decode($case['body']);
    if (str_starts_with($case['key'], 'whpk_')) {
        return isSigned($case['key'], $case['headers'], $body);
    }
    try {
        verify($case['key'], $case['headers'], $body);
        return true;
    } catch (RuntimeException) {
        return false;
    }
};
echo json_encode(array_map($takes, json_decode(file_get_contents('cases.json'), true)));
