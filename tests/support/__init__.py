"""What tests share: private servers, and what keeps them from outliving the tests."""
